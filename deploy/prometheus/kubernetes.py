"""Makes prometheusrule.yaml of the rules beside it: `python deploy/prometheus/kubernetes.py`."""

import sys
from pathlib import Path
from textwrap import indent

HERE = Path(__file__).parent
HEAD = """\
# Made by deploy/prometheus/kubernetes.py of rules.yaml and alerts.yaml: change those.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: aibwatch
  labels: {app.kubernetes.io/name: aibwatch}
spec:
  groups:
"""


def rendered() -> str:
    """Return the resource, with the comments of the rules."""
    texts = [(HERE / each).read_text(encoding="utf-8") for each in ("rules.yaml", "alerts.yaml")]
    return HEAD + "\n".join(indent(each.partition("\ngroups:\n")[2], "  ") for each in texts)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "prometheusrule.yaml"
    target.write_text(rendered(), encoding="utf-8")
