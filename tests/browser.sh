#!/bin/sh
# Makes sure that there is a Chromium for the site tests: takes the machine's, or installs Debian's where this may be done.
set -eu
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
	if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	echo "Installing Chromium for the site tests …"
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-liberation >/dev/null && exit 0
fi
echo "The site tests need Chromium. Install it:  sudo apt install chromium   (or set CHROMIUM=/path/to/chrome)" >&2
exit 1
