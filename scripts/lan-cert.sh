#!/usr/bin/env bash
# Makes a certificate for this machine's address in the office network, so that a real phone can try the field
# app: service workers, camera and position need a secure page, and a phone trusts only what it was told to.
#
#   scripts/lan-cert.sh 192.168.1.20    writes data/tls/{ca.crt,hub.crt,hub.key}
set -euo pipefail
cd "$(dirname "$0")/.."

address="${1:-}"
[ -n "$address" ] || { echo "usage: scripts/lan-cert.sh ADDRESS-OF-THIS-MACHINE (as 192.168.1.20)" >&2; exit 2; }
command -v openssl >/dev/null || { echo "openssl is missing: apt-get install openssl" >&2; exit 1; }

mkdir -p data/tls
chmod 700 data/tls
cd data/tls
umask 077
if [ ! -f ca.key ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj "/CN=Warmline trial" \
        -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign" \
        -keyout ca.key -out ca.crt 2>/dev/null
fi
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$address" -keyout hub.key -out hub.csr 2>/dev/null
openssl x509 -req -in hub.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 90 -out hub.leaf 2>/dev/null \
    -extfile <(printf 'subjectAltName=IP:%s\nextendedKeyUsage=serverAuth\n' "$address")
cat hub.leaf ca.crt > hub.crt
rm -f hub.csr hub.leaf

cat <<TEXT
Made data/tls/hub.crt for https://$address:8443.

1. Bring data/tls/ca.crt to the phone (USB, mail to yourself) and install it as a CA certificate:
   Android: 设置 > 安全 > 加密与凭据 > 安装证书 > CA 证书;  iOS: open it, then 设置 > 通用 > 关于本机 > 证书信任设置.
2. Start the hub:
   target/debug/warmline --data data/demo --listen 0.0.0.0:8443 --public-url https://$address:8443 \\
       --tls-cert data/tls/hub.crt --tls-key data/tls/hub.key serve
3. On the phone open https://$address:8443/field/ and add it to the home screen.
After the trial remove the certificate from the phone.
TEXT
