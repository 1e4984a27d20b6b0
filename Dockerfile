# syntax=docker/dockerfile:1
# One image for everything of Pagewright's own: API, workers, migrations, and what writes the configuration of
# Prometheus and Alertmanager. Which one it is, the command says.

FROM python:3.11.15-slim-bookworm AS build
ENV UV_NO_CACHE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir --disable-pip-version-check uv==0.13.9
WORKDIR /app
# What changes seldom comes first: a change of the code alone installs nothing anew.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-dev --no-install-project --compile-bytecode
COPY activities activities
COPY api api
COPY cli cli
COPY domain domain
COPY embedded embedded
COPY providers providers
COPY rendering rendering
COPY storage storage
COPY workflows workflows
COPY *.py ./
COPY ops/alertmanager ops/alertmanager
COPY ops/prometheus ops/prometheus
RUN uv sync --frozen --no-dev --compile-bytecode
# Readable by whichever user a container has, however private the checkout is.
RUN python -m compileall -q -x '/\.venv/' . && chmod -R a+rX .

FROM python:3.11.15-slim-bookworm
LABEL org.opencontainers.image.title="Pagewright" \
      org.opencontainers.image.description="A durable page builder: a brief goes in, a validated, accessible, published page comes out." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"
# A new volume takes the owner of the folder it covers: /data is ours, the other two are read by Prometheus' and
# Alertmanager's own user.
RUN groupadd --gid 10001 pagewright \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin pagewright \
 && install --directory --owner=10001 --group=10001 --mode=700 /data \
 && install --directory --owner=65534 --group=65534 --mode=700 /prometheus-config /alertmanager-config
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PAGEWRIGHT_DATA_DIR=/data
WORKDIR /app
USER 10001:10001
EXPOSE 3000 9464
CMD ["pagewright", "api"]
