# The server as an image: its binary, the web pages inside of it, and the C library it is linked to.
#
#   docker build --tag caja .
#   docker run --publish 8080:8080 --volume caja:/data --read-only --cap-drop ALL --stop-timeout 30 caja
#
# There is no shell in it and nothing to install with: the server's own commands do what is to be
# done inside, such as `docker exec NAME caja admin token create`.

FROM node:20-bookworm-slim AS pages
WORKDIR /caja/frontend
# Packages are a layer of their own, which is made again when their list changes and not before.
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY openapi.json /caja/
COPY frontend ./
RUN npm run types && npm run build

# What it is linked to is copied into the image, so both are of the same Debian.
FROM rust:1.95-bookworm AS server
WORKDIR /caja
# Names of functions stay, for the backtrace of a panic; lines would treble the image.
ENV CARGO_PROFILE_RELEASE_DEBUG=none CARGO_PROFILE_RELEASE_STRIP=debuginfo
# Dependencies are a layer of their own: what they are built for here is a server without code. Cargo
# goes by the age of files, and ours may be older than this layer: it has to forget what it made.
COPY Cargo.toml Cargo.lock ./
COPY actors/Cargo.toml actors/
RUN mkdir -p src actors/src benches tests \
    && touch src/lib.rs actors/src/lib.rs \
    && sed -n -e '/^\[\[bench\]\]/{n;s|^name = "\(.*\)"|benches/\1.rs|p}' \
        -e '/^\[\[test\]\]/{n;s|^name = "\(.*\)"|tests/\1.rs|p}' Cargo.toml | xargs touch \
    && echo 'fn main() {}' >src/main.rs \
    && cargo build --release --locked \
    && rm -r target/release/.fingerprint/caja-*
COPY build.rs ./
COPY migrations migrations
COPY actors actors
COPY src src
COPY --from=pages /caja/frontend/dist frontend/dist
ARG REVISION=unknown
RUN CAJA_REVISION="$REVISION" cargo build --release --locked
# The libraries come with their licences, and with what a scanner knows their release by. Only the
# data folder is the server's own.
RUN mkdir -p /image/etc /image/usr/local/bin /image/var/lib/dpkg/status.d /owned/data \
    && cp target/release/caja /image/usr/local/bin/ \
    && ldd target/release/caja | grep -o '/[^ ]*' \
        | xargs cp --parents --dereference --target-directory /image \
    && for package in libc6 libgcc-s1; do \
        mkdir -p "/image/usr/share/doc/$package" \
        && cp "/usr/share/doc/$package/copyright" "/image/usr/share/doc/$package/" \
        && dpkg --status "$package" >"/image/var/lib/dpkg/status.d/$package" || exit 1; \
    done \
    && cp --dereference /etc/os-release /image/etc/ \
    && echo 'hosts: files dns' >/image/etc/nsswitch.conf \
    && echo 'caja:x:10001:10001:Caja:/data:/nonexistent' >/image/etc/passwd \
    && echo 'caja:x:10001:' >/image/etc/group

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Caja" \
      org.opencontainers.image.description="Live polls, planning poker, quizzes and word clouds for workplace events" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=server --chown=0:0 /image/ /
COPY --from=server --chown=10001:10001 /owned/ /
ENV PATH=/usr/local/bin CAJA_DATA_DIR=/data
# A number, so that a platform can tell that it isn't root.
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
# A server takes 26 s at most to finish requests when it is told to leave: give it 30 before it is killed.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["caja", "healthcheck"]
ENTRYPOINT ["caja"]
CMD ["serve"]
