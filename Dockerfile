# Alongside, run as a user without rights, on a root filesystem that may be read-only:
#
#   docker build -t alongside .
#   docker run -d --read-only --cap-drop ALL --security-opt no-new-privileges --init \
#     -e ALONGSIDE_DISCORD_TOKEN -v alongside:/data alongside
#
# The one thing it writes is the database in /data; with -e ALONGSIDE_DATABASE_KEY, encrypted. deploy/compose.yaml
# runs it so, with backups.
#
# The base is pinned by tag. To pin what the tag means today: scripts/pin-base

FROM python:3.13-slim-trixie AS build
WORKDIR /src
RUN python -m venv /opt/build && python -m venv --without-pip /opt/alongside
COPY requirements/ requirements/
RUN /opt/build/bin/python -m pip --no-cache-dir install --require-hashes -r requirements/build.txt \
 && /opt/build/bin/python -m pip --no-cache-dir --python /opt/alongside/bin/python install --require-hashes -r requirements/extras.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot/ bot/
COPY cogs/ cogs/
COPY sandbox/ sandbox/
RUN /opt/build/bin/python -m hatchling build -t wheel -d /src/dist \
 && /opt/build/bin/python -m pip --no-cache-dir --python /opt/alongside/bin/python install --no-deps --no-index /src/dist/*.whl

FROM python:3.13-slim-trixie
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin alongside \
 && install -d -o alongside -g alongside -m 0700 /data /data/backups
COPY --from=build /opt/alongside /opt/alongside
# Safe path: modules come from the image, never from the folder that the bot can write to. SQLite's own temporary
# files may grow as large as the database, and nothing else here can be written to.
ENV PATH=/opt/alongside/bin:$PATH \
    PYTHONSAFEPATH=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SQLITE_TMPDIR=/data \
    ALONGSIDE_DATABASE_URL=sqlite:////data/alongside.db \
    ALONGSIDE_DATA_FOLDER=/data \
    ALONGSIDE_HEALTH_PORT=8401
WORKDIR /data
VOLUME /data
USER 10001:10001
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s --retries=3 CMD ["python", "-m", "bot", "health"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
