# docker build --tag netqlint .
# docker run --rm --network none --volume "$PWD:/work:ro" netqlint check hosts/
FROM python:3.13-slim AS build
WORKDIR /src
COPY . .
# pip stays behind: the environment holds netqlint and what it needs, compiled
RUN python -m venv --without-pip /opt/netqlint \
    && python -m pip --python /opt/netqlint/bin/python install --no-cache-dir --disable-pip-version-check .

FROM python:3.13-slim
LABEL org.opencontainers.image.title="netqlint" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/netqlint /opt/netqlint
ENV PATH="/opt/netqlint/bin:$PATH" \
    XDG_CACHE_HOME=/tmp
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["netqlint"]
CMD ["--help"]
