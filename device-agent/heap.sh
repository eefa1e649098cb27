# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034
# Read by ../fieldline and package.sh.

# The agent is small before it is fast: a heap that begins small, with a nursery whose survivors hold the readings of a
# batch under way, so that they are collected young; methods compiled when they have been called three times as often;
# tables of names for a program of its size; and what the C library keeps after the start goes back to the system.
# docs/decisions/0010-agent-package.md says what each is worth.
agent_heap="-Xms8m -XX:NewSize=4m -XX:SurvivorRatio=2 -Xmx48m -XX:CompileThresholdScaling=3 -XX:StringTableSize=4096 \
-XX:+UnlockExperimentalVMOptions -XX:SymbolTableSize=4096 -XX:TrimNativeHeapInterval=10000"
