# Two stages: the first has what installing needs, the second only what running needs.
# Build it with: docker build -t soundbooth .
FROM python:3.12-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/soundbooth
COPY requirements/run.txt /src/requirements/run.txt
RUN /opt/soundbooth/bin/pip install --require-hashes -r /src/requirements/run.txt
# The sources last: a change of ours does not install the dependencies again.
COPY pyproject.toml README.md LICENSE /src/
COPY bot /src/bot
COPY cogs /src/cogs
RUN /opt/soundbooth/bin/pip install --no-deps --no-build-isolation /src

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /data soundbooth && install -d -o soundbooth /data
COPY --from=build /opt/soundbooth /opt/soundbooth
ENV PATH=/opt/soundbooth/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SOUNDBOOTH_STORAGE__URL=sqlite+aiosqlite:////data/soundbooth.db \
    SOUNDBOOTH_STORAGE__WORK_DIR=/data/work \
    SOUNDBOOTH_HTTP__PORT=8080 \
    MPLCONFIGDIR=/tmp/matplotlib
USER soundbooth
WORKDIR /data
VOLUME /data
# Asks the running bot: connected to Discord, database readable. The start may take a minute on a small machine.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["soundbooth", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["soundbooth"]
CMD ["run"]
