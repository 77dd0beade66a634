# CAP with all that it needs, to run on folders that are mounted:
#
#   docker build -t cap .
#   docker run --rm --user "$(id -u):$(id -g)" -v ~/pictures:/pictures:ro -v ~/models:/models:ro -v "$PWD/runs:/runs" cap \
#       cap-run /pictures/pets --model /models/clip-vit-base-patch32 --runs /runs
#
# The .deb for another distribution comes of the same, with its image of Swift:
#
#   docker build --target package --build-arg SWIFT=6.1-noble --output packages .
ARG SWIFT=6.1-bookworm
ARG SYSTEM=debian:bookworm-slim

FROM swift:${SWIFT} AS build
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends dpkg-dev git make python3-pip \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN make package

FROM scratch AS package
COPY --from=build /source/.build/package/ /

FROM ${SYSTEM}
# hadolint ignore=DL3008
RUN --mount=type=bind,from=package,target=/packages \
    apt-get update \
    && apt-get install --yes --no-install-recommends /packages/*.deb gnuplot-nox \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /runs
CMD ["cap-run", "--help"]
