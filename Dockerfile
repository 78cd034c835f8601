# One binary, no shell, no root. SQLite is compiled in; TLS is rustls.
# Build: docker build -t beholden .
FROM rust:1.95-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends cmake \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN cargo build --release --locked --bin beholden \
    && mkdir -p /out/data \
    && cp target/release/beholden /out/

# The C library and the certificate authorities, and nothing else.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /out/beholden /usr/local/bin/beholden
COPY --from=build --chown=nonroot:nonroot /out/data /data
USER nonroot
WORKDIR /data
VOLUME /data
ENV BEHOLDEN_DATABASE=sqlite:/data/beholden.db \
    BEHOLDEN_LOG=json
# The public listener only. Pages and metrics stay on the loopback address inside.
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/beholden"]
CMD ["serve"]
