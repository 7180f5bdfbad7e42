# docker build --tag gitnostrbridge .
# docker run --publish 7334:7334 --volume gitnostrbridge:/data --env Grasp__Domain=grasp.example.org gitnostrbridge
FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
WORKDIR /source
COPY deploy/packages.sh deploy/
RUN deploy/packages.sh build
COPY . .
# From git's tags; say it where there is no .git: --build-arg VERSION=1.2.3
ARG VERSION
RUN MinVerVersionOverride="$VERSION" deploy/build.sh /app

# Its C library must not be older than the one built with.
FROM debian:13-slim
COPY deploy/packages.sh /tmp/
RUN /tmp/packages.sh run \
    && rm -rf /var/lib/apt/lists/* /tmp/packages.sh \
    && useradd --system --uid 10001 --create-home --home-dir /data gitnostrbridge
COPY --from=build /app /app
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 7334
ENV Urls=http://0.0.0.0:7334 \
    Storage__GitPath=/data/git \
    Storage__RelayPath=/data/relay \
    Grasp__OwnerKeyFile=/data/relay-owner.nsec
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["/app/gitnostrbridge", "health"]
# tini buries what killed git processes leave behind.
ENTRYPOINT ["/usr/bin/tini", "--", "/app/gitnostrbridge"]
