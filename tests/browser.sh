#!/bin/sh
# Makes sure that the browsers of the site tests are there: takes the machine's, or installs Debian's where this may be done.
#   browser.sh            Chromium and Firefox, and Java for the HTML checker
#   browser.sh chromium   Chromium alone
#   browser.sh all        WebKit as well, on a screen of its own
set -eu
which=${1:-}
found() { for name in "$@"; do if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then return 0; fi; done; return 1; }
packages=""
found "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable || packages="$packages chromium fonts-liberation"
if [ "$which" != chromium ]; then found "${FIREFOX:-}" firefox-esr firefox || packages="$packages firefox-esr"; fi
if [ "$which" = all ]; then
	found "${WEBKIT_DRIVER:-}" WebKitWebDriver || packages="$packages webkit2gtk-driver"
	found "${XVFB:-}" Xvfb || packages="$packages xvfb"
fi
if [ "$which" != chromium ]; then found java || packages="$packages default-jre-headless"; fi   # for the HTML checker
# Debian's Chromium without a window does the same in three quarters of the time; elsewhere the whole browser does it.
if ! found "${CHROMIUM:-}" chromium-headless-shell && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium-headless-shell; } >/dev/null 2>&1 || true
fi
if [ -z "$packages" ]; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	echo "Installing for the site tests:$packages …"
	# shellcheck disable=SC2086
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null && exit 0
fi
echo "The site tests need browsers. Install them:  sudo apt install$packages   (or set CHROMIUM, FIREFOX, WEBKIT_DRIVER, XVFB to their paths)" >&2
exit 1
