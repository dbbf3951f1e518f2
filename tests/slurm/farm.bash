# shellcheck shell=bash
# A whole Slurm in one scratch folder, on loopback: . farm.bash; farm_start DIR

# Ends the test as skipped unless this machine can have a farm.
farm_need() {
    local program
    [ "$(id -u)" = 0 ] || { echo "skipped: a farm needs root"; exit 77; }
    for program in munged slurmctld slurmd sbatch squeue scontrol python3; do
        command -v "$program" >/dev/null && continue
        echo "skipped: needs $program (packages slurm-wlm and munge)"
        exit 77
    done
}

# Waits for a command to succeed, for so many seconds.
within() { # SECONDS COMMAND...
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || { echo "gave up waiting: $*" >&2; return 1; }
        sleep 0.1
    done
}

free_ports() {
    python3 - <<'PYTHON'
import socket
both = [socket.socket() for _ in range(2)]
for s in both:
    s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in both))
PYTHON
}

farm_conf() {
    local ports cpus host
    host=$(hostname -s)
    cpus=$(nproc)
    read -ra ports <<<"$(free_ports)"
    cat <<CONF
ClusterName=loop
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$farm/munge.sock
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
JobRequeue=1
KillWait=2
SchedulerParameters=sched_interval=1,bf_interval=1
StateSaveLocation=$farm/state
SlurmdSpoolDir=$farm/spool
SlurmctldPidFile=$farm/slurmctld.pid
SlurmdPidFile=$farm/slurmd.pid
SlurmctldLogFile=$farm/log/slurmctld.log
SlurmdLogFile=$farm/log/slurmd.log
SlurmctldPort=${ports[0]}
SlurmdPort=${ports[1]}
NodeName=$host NodeAddr=127.0.0.1 CPUs=$((cpus < 2 ? 1 : 2)) RealMemory=800 State=UNKNOWN
PartitionName=p Nodes=ALL Default=YES State=UP
CONF
}

is_idle() {
    [ "$(sinfo --noheader --format=%t 2>/dev/null)" = idle ]
}

farm_start() { # an empty FOLDER
    farm=$1
    chmod 755 "$farm"
    mkdir "$farm/log" "$farm/state" "$farm/spool"
    head -c 1024 /dev/urandom >"$farm/munge.key"
    chmod 400 "$farm/munge.key"
    unset "${!SLURM_@}" "${!SBATCH_@}" "${!SQUEUE_@}"
    export SLURM_CONF=$farm/slurm.conf
    farm_conf >"$SLURM_CONF"
    munged --force --socket="$farm/munge.sock" --key-file="$farm/munge.key" \
        --pid-file="$farm/munge.pid" --log-file="$farm/log/munge.log" \
        --seed-file="$farm/munge.seed" && slurmctld && slurmd &&
        within 60 is_idle && return
    tail -n 20 "$farm"/log/*.log
    return 1
}

has_ended() { # PID
    ! kill -0 "$1" 2>/dev/null
}

farm_stop() {
    local name pid
    scancel --user=root 2>/dev/null
    within 20 is_idle
    for name in slurmd slurmctld munge; do
        pid=$(cat "$farm/$name.pid" 2>/dev/null) || continue
        kill "$pid" && within 20 has_ended "$pid"
    done
}
