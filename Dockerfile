# One image for web, live and worker; docker-compose.yml says which it is.
FROM node:24-slim AS graphiql
WORKDIR /graphiql
COPY frontend_contracts/graphiql/package.json frontend_contracts/graphiql/package-lock.json ./
RUN npm ci --ignore-scripts

FROM node:24-slim AS webapps
WORKDIR /webapps
COPY frontend_contracts/package.json frontend_contracts/package-lock.json frontend_contracts/.npmrc ./
COPY frontend_contracts/client/package.json client/
COPY frontend_contracts/mock/package.json mock/
COPY frontend_contracts/kit/package.json kit/
COPY frontend_contracts/panel/package.json panel/
COPY frontend_contracts/console/package.json console/
RUN npm ci --ignore-scripts
COPY frontend_contracts ./
RUN npm run generate && npm run build -w @daiqu/panel -w @daiqu/console

FROM python:3.13-slim AS build
COPY --from=ghcr.io/astral-sh/uv:0.13 /uv /bin/uv
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /app
COPY pyproject.toml uv.lock .python-version ./
RUN uv sync --locked --no-dev

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /app daiqu && install -d -o daiqu /media /backups
WORKDIR /app
COPY --from=build /app/.venv .venv
COPY manage.py README.md ./
COPY platform platform
COPY tenants tenants
COPY schema schema
COPY frontend_contracts frontend_contracts
COPY --from=graphiql /graphiql/node_modules frontend_contracts/graphiql/node_modules
COPY --from=webapps /webapps/panel/dist frontend_contracts/panel/dist
COPY --from=webapps /webapps/console/dist frontend_contracts/console/dist
ENV PATH=/app/.venv/bin:$PATH PYTHONPATH=/app/platform:/app PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings MEDIA_ROOT=/media BACKUP_ROOT=/backups
USER daiqu
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "16", "config.wsgi:application"]
