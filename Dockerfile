# Put the program beside this file first:
#   dotnet publish src/GitNostrBridge.Server --configuration Release --runtime linux-x64 --self-contained --output artifacts/container
FROM debian:12.12-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git libsecp256k1-1 libssl3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /data gitnostrbridge
COPY artifacts/container /app
USER gitnostrbridge
WORKDIR /data
VOLUME /data
EXPOSE 7334
ENV Urls=http://0.0.0.0:7334 \
    Storage__GitPath=/data/git \
    Storage__RelayPath=/data/relay \
    Grasp__OwnerKeyFile=/data/relay-owner.nsec
ENTRYPOINT ["/app/gitnostrbridge"]
