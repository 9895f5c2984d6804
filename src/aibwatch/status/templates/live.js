// Renews the page in place every few seconds, so that who reads or listens to it keeps his place.
"use strict";
const every = Number(document.currentScript.dataset.every) * 1000;
const silent = document.getElementById("silent");
let answered = new Date();

async function fetched() {
  const answer = await fetch(location.href, { signal: AbortSignal.timeout(every) });
  if (!answer.ok) throw new Error(answer.statusText);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function put(next) {
  const open = new Set([...document.querySelectorAll("details[open]")].map((each) => each.id));
  const focused = document.activeElement?.getAttribute("href");
  for (const part of ["header", "main", "footer"]) {
    const [here, there] = [document.querySelector(part), next.querySelector(part)];
    if (here.innerHTML !== there.innerHTML) here.replaceChildren(...there.childNodes);
  }
  for (const each of document.querySelectorAll("details[id]")) each.open = open.has(each.id);
  if (focused && document.activeElement === document.body) {
    document.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }
  document.title = next.title;
}

async function renew() {
  if (document.hidden) return;
  try {
    put(await fetched());
    answered = new Date();
    silent.hidden = true;
  } catch {
    const at = answered.toISOString().slice(11, 19);
    silent.textContent = `aibwatch does not answer since ${at} UTC: what is shown is old.`;
    silent.hidden = false;
  }
}

setInterval(renew, every);
document.addEventListener("visibilitychange", renew);
