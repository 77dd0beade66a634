#!/usr/bin/env bash
# A real Slurm of two nodes on one machine, for check.sh: each node a slurmd in a network of its own, with two cores and two GPUs
# that Slurm counts and nobody has. Needs root, and Debian's slurmctld, slurmd, slurm-client, munge and iproute2. What it says and
# keeps is in the folder.
#
#   cluster.sh start FOLDER    then SLURM_CONF=FOLDER/slurm.conf sinfo
#   cluster.sh stop FOLDER
set -euo pipefail
[ $# = 2 ] || { sed -n 2,8p "$0" >&2; exit 64; }
mkdir -p "$2"
home=$(cd "$2" && pwd)
nodes=(capn1 capn2)
address() { echo "10.99.7.$((10 + $1))"; }

stop() {
    for daemon in slurmctld "${nodes[@]}"; do
        [ ! -f "$home/$daemon.pid" ] || kill "$(cat "$home/$daemon.pid")" 2>/dev/null || true
    done
    for node in "${nodes[@]}"; do
        # Also a step that is about to end: a network stays as long as somebody is in it.
        ip netns pids "$node" 2>/dev/null | xargs -r kill -9 2>/dev/null || true
        ip link del "$node" 2>/dev/null || true
        ip netns del "$node" 2>/dev/null || true
    done
    ip link del capbridge 2>/dev/null || true
}

start() {
    if ip link show capbridge >/dev/null 2>&1; then
        echo "cluster.sh: one is there already: stop it first" >&2
        exit 1
    fi
    ip link add capbridge type bridge
    ip addr add "$(address 0)/24" dev capbridge
    ip link set capbridge up
    for gpu in 0 1; do mknod "$home/gpu$gpu" c 1 3; done
    echo "NodeName=capn[1-2] Name=gpu File=$home/gpu[0-1]" > "$home/gres.conf"
    cat > "$home/slurm.conf" <<CONF
ClusterName=cap
SlurmctldHost=$(hostname -s)($(address 0))
SlurmctldPort=17617
SlurmdPort=17618
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
GresTypes=gpu
ReturnToService=2
MpiDefault=none
SlurmdParameters=config_overrides
MinJobAge=300
StateSaveLocation=$home/state
SlurmctldPidFile=$home/slurmctld.pid
SlurmctldLogFile=$home/slurmctld.log
SlurmdSpoolDir=$home/spool-%n
SlurmdPidFile=$home/%n.pid
SlurmdLogFile=$home/%n.log
NodeName=capn1 NodeAddr=$(address 1) CPUs=2 RealMemory=4000 Gres=gpu:2
NodeName=capn2 NodeAddr=$(address 2) CPUs=2 RealMemory=4000 Gres=gpu:2
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
    mkdir -p "$home/state" /run/munge
    chown munge: /run/munge
    munge -n 2>/dev/null | unmunge >/dev/null 2>&1 || su munge -s /bin/sh -c /usr/sbin/munged
    for number in 1 2; do
        local node=${nodes[number - 1]}
        mkdir -p "$home/spool-$node"
        printf '%s\n' "127.0.0.1 localhost" "$(address 0) $(hostname -s)" "$(address 1) capn1" "$(address 2) capn2" > "$home/$node.hosts"
        ip netns add "$node"
        ip link add "$node" type veth peer name eth0 netns "$node"
        ip link set "$node" master capbridge up
        ip -n "$node" addr add "$(address "$number")/24" dev eth0
        ip -n "$node" link set lo up
        ip -n "$node" link set eth0 up
    done
    export SLURM_CONF=$home/slurm.conf
    slurmctld
    for node in "${nodes[@]}"; do
        # shellcheck disable=SC2016
        nsenter --net="/run/netns/$node" unshare --uts --mount bash -c \
            'mount --bind "$2/$1.hosts" /etc/hosts && hostname "$1" && exec slurmd' node "$node" "$home"
    done
    for _ in $(seq 60); do
        if [ "$(sinfo --noheader --states=idle --format=%D 2>/dev/null)" = 2 ]; then
            echo "Slurm is up: SLURM_CONF=$SLURM_CONF"
            return
        fi
        sleep 0.5
    done
    echo "cluster.sh: Slurm did not come up: see $home/*.log" >&2
    stop
    exit 1
}

case $1 in
    start) start ;;
    stop) stop ;;
    *) sed -n 2,8p "$0" >&2; exit 64 ;;
esac
