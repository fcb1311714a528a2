# Base of the CUDA variants: a JRE, CUDA's libraries and libtorch of the version that the JNI library was built for.
#   docker build -f deploy/images/cuda-base.Dockerfile -t speckv/cuda-base --build-arg LIBTORCH_URL=... deploy/images
# LIBTORCH_URL: PyTorch's download page has it, as the C++ package for Linux and CUDA 12.8 of the version below
# (libtorch-cxx11-abi-shared-with-deps-VERSION+cu128.zip).
ARG CUDA_IMAGE=nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04
FROM ${CUDA_IMAGE}
# The root pom's libtorch.version; ServiceImageTest compares them.
ARG LIBTORCH_VERSION=2.7.1
ARG LIBTORCH_URL
RUN : "${LIBTORCH_URL:?name the zip of libtorch ${LIBTORCH_VERSION} for CUDA 12.8: --build-arg LIBTORCH_URL=...}" \
    && apt-get update \
    && apt-get install -y --no-install-recommends openjdk-17-jre-headless curl unzip ca-certificates \
    && curl -fsSL -o /tmp/libtorch.zip "${LIBTORCH_URL}" \
    && unzip -q /tmp/libtorch.zip -d /opt \
    && rm -rf /tmp/libtorch.zip /opt/libtorch/include /var/lib/apt/lists/* \
    && apt-get purge -y curl unzip && apt-get autoremove -y
ENV PYTORCH_LIBRARY_PATH=/opt/libtorch/lib \
    PYTORCH_VERSION=${LIBTORCH_VERSION} \
    PYTORCH_FLAVOR=cu128
