#!/usr/bin/env bash
# Installs ffmpeg, Python, Node.js, Chromium or valgrind where the system lets us do so without asking;
# otherwise says in one line what to install.
set -euo pipefail

case "${1-}" in
ffmpeg)
    debian=(ffmpeg) brew=ffmpeg
    advice="ffmpeg 5.1 or newer (Debian, Ubuntu: sudo apt-get install ffmpeg; Fedora: sudo dnf install ffmpeg; macOS: brew install ffmpeg)"
    ;;
python)
    debian=(python3 python3-venv) brew=python
    advice="Python 3.10 or newer with venv (Debian, Ubuntu: sudo apt-get install python3-venv; Fedora: sudo dnf install python3; macOS: brew install python)"
    ;;
node)
    debian=(nodejs npm) brew=node
    advice="Node.js 18.19 or newer with npm (Debian, Ubuntu: sudo apt-get install nodejs npm; Fedora: sudo dnf install nodejs; macOS: brew install node)"
    ;;
valgrind)
    debian=(valgrind) brew=valgrind
    advice="valgrind (Debian, Ubuntu: sudo apt-get install valgrind; Fedora: sudo dnf install valgrind)"
    ;;
chromium)
    debian=(chromium) brew=chromium
    advice="Chromium (Debian: sudo apt-get install chromium; Fedora: sudo dnf install chromium; macOS: brew install chromium), or name another one in LILO_CHROMIUM"
    ;;
*)
    echo "usage: tools/install.sh ffmpeg|python|node|chromium|valgrind" >&2
    exit 2
    ;;
esac

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo --non-interactive "$@"; fi
}

install() {
    if command -v apt-get; then
        as_root apt-get update --quiet=2 && as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends "${debian[@]}"
    elif command -v brew; then
        brew install --quiet "$brew"
    else
        return 1
    fi
}

echo "lilo: installing $1" >&2
if ! install >/dev/null 2>&1; then
    echo "lilo: install $advice" >&2
    exit 1
fi
