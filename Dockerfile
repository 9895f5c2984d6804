# Build:  docker build -t aibwatch .
# Run:    docker run -v $PWD/aibwatch.yaml:/etc/aibwatch/aibwatch.yaml:ro -v aibwatch:/var/lib/aibwatch aibwatch
# docs/running.md says the rest. Nothing at run time needs a shell, so BASE may have none, if it has
# BUILD's Python at the same path.
ARG BASE=python:3.13-slim
ARG BUILD=${BASE}

FROM ${BUILD} AS build
# For a build without an index: `--build-arg PIP_NO_INDEX=1 --build-arg PIP_FIND_LINKS=/wheels`.
ARG PIP_NO_INDEX
ARG PIP_FIND_LINKS
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements.lock requirements-build.lock ./
RUN python3 -m venv /opt/aibwatch \
 && /opt/aibwatch/bin/pip install --require-hashes -r requirements.lock
# What makes the wheel is pinned by hash too, and stays in this stage.
RUN python3 -m venv /opt/hatch \
 && /opt/hatch/bin/pip install --require-hashes -r requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY deploy/container/sbom.py ./
RUN /opt/hatch/bin/pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
 && /opt/aibwatch/bin/pip install --no-deps dist/*.whl \
 && /opt/aibwatch/bin/pip uninstall --yes pip setuptools \
 && mkdir -p /state /opt/aibwatch/share/sbom \
 && /opt/aibwatch/bin/python sbom.py requirements.lock > /opt/aibwatch/share/sbom/aibwatch.cdx.json

FROM ${BASE}
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
ARG BASE
LABEL org.opencontainers.image.title="aibwatch" \
      org.opencontainers.image.description="Keeps Azure Image Builder golden images coming when a region fails" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.base.name="${BASE}"
COPY --from=build /opt/aibwatch /opt/aibwatch
COPY --from=build --chown=65532:65532 /state /var/lib/aibwatch
# A container is reached from outside; changing calls still need the token of http.token_file.
ENV PATH=/opt/aibwatch/bin:$PATH \
    PYTHONFAULTHANDLER=1 \
    PYTHONUNBUFFERED=1 \
    AIBWATCH_CONFIG=/etc/aibwatch/aibwatch.yaml \
    AIBWATCH_HTTP__LISTEN=0.0.0.0:9877
USER 65532:65532
VOLUME /var/lib/aibwatch
EXPOSE 9877
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["aibwatch", "check", "--live"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["aibwatch"]
CMD ["serve"]
