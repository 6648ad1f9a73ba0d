#!/usr/bin/env bash
# Tests of engines that other programs bring, wherever these can be installed: Slurm and Redis by apt-get, bullmq and
# ioredis by npm. What cannot be had is said, and its tests are skipped.
set -uo pipefail
cd "$(dirname "$0")/.."

# What runs already is somebody's: only a Slurm of our own may lose its node, and is stopped at the end.
if ! sinfo >/dev/null 2>&1; then
  munged_before=$(pgrep -x munged || true)
  stop() {
    scontrol shutdown >/dev/null 2>&1 || true
    if [ -z "$munged_before" ]; then kill "$(cat /run/munge/munged.pid)" 2>/dev/null || true; fi
  }
  trap stop EXIT
  if scripts/start-slurm.sh; then
    export ENGINE_LOSES_NODE=1
  else
    echo "engines: Slurm cannot be started here; its tests are skipped"
  fi
fi
if ! command -v redis-server >/dev/null; then
  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends redis-server >/dev/null) ||
    echo "engines: redis-server cannot be installed; the tests of the queue are skipped"
fi
packages=$(mktemp -d)
if npm install --silent --no-audit --no-fund --prefix "$packages" bullmq@6.7.0 ioredis@6.0.0; then
  export ENGINE_PACKAGES=$packages
else
  echo "engines: bullmq cannot be installed; its tests are skipped"
fi
npx vitest run test/end-to-end/engines.test.ts
