#!/usr/bin/env bash
# Installs ffmpeg where the system lets us do so without asking; otherwise says in one line what to install.
set -euo pipefail

advice="lilo: install ffmpeg 5.1 or newer (Debian, Ubuntu: sudo apt-get install ffmpeg; Fedora: sudo dnf install ffmpeg; macOS: brew install ffmpeg)"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo --non-interactive "$@"; fi
}

install() {
    if command -v apt-get; then
        as_root apt-get update --quiet=2 && as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends ffmpeg
    elif command -v brew; then
        brew install --quiet ffmpeg
    else
        return 1
    fi
}

echo "lilo: installing ffmpeg" >&2
if ! install >/dev/null 2>&1; then
    echo "$advice" >&2
    exit 1
fi
