# syntax=docker/dockerfile:1
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
# the caches are not part of a layer, so what was built is copied out of them
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked -p api -p worker --features api/local-models,worker/local-models \
    && install -D -t /out target/release/api target/release/worker

FROM debian:bookworm-slim
RUN apt-get update -q \
    && apt-get install -y -q --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home --home-dir /data switchboard \
    && install -d -m 0700 -o switchboard -g switchboard /data
COPY --from=build /out/api /out/worker /usr/local/bin/
COPY --chmod=0755 scripts/readyz /usr/local/bin/readyz
USER switchboard
WORKDIR /data
ENV DATA_DIR=/data
EXPOSE 8000
# drains its sockets
STOPSIGNAL SIGTERM
# the api's; compose gives the worker its own
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s CMD ["readyz"]
CMD ["api", "serve"]
