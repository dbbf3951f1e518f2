# shellcheck shell=bash
# What the cases about films share: . "$E2E/film.bash"
. "$E2E/lib.bash"
need ffmpeg ffprobe

export AV_LOG_FORCE_NOCOLOR=1

# Quiet ffmpeg that overwrites.
ff() {
    ffmpeg -nostdin -v error -y "$@"
}

# A camera that moves through a room, 20 frames of 160 x 90, 16 bits.
footage() { # FOLDER
    local i
    shots=$PWD/$1
    mkdir -p "$1"
    for ((i = 0; i < 5; i++)); do
        "$SCENE" interior -o "$1/key$i" --size 160x90 --what beauty --noise .003 \
            --move "$(printf '0.%02d,0,0.%02d' $((4 * i)) $((9 * i)))" --seed $i
    done
    for ((i = 0; i < 20; i++)); do
        ln "$1/key$((i / 4)).tif" "$1/$(printf %04d $i).tif"
    done
}

# Those frames as a film: clip NAME OPTIONS...
clip() {
    local name=$1
    shift
    ff -framerate 25 -i "$shots/%04d.tif" "$@" "$name"
}

# A checksum of each decoded frame, with its time where two files may agree in it.
frames() {
    ffmpeg -nostdin -v error -i "$1" -map 0:v:0 -f framemd5 - |
        sed '/^#/d; s/.*, //'
}

# What ffprobe says of the pictures that somebody would miss.
tags() {
    ffprobe -v error -select_streams v:0 -count_frames -show_entries \
        stream=codec_name,pix_fmt,color_range,color_space,color_transfer,color_primaries,field_order,r_frame_rate,nb_read_frames,sample_aspect_ratio \
        -of default=nw=1 "$1" | sort | tr '\n' ' '
    echo
}

# The kinds of all streams, and of chapters.
streams() {
    ffprobe -v error -show_entries stream=codec_type,codec_name -show_chapters \
        -of csv=p=0 "$1" | cut -d, -f1-2 | tr '\n' ' '
    echo
}

# Nothing temporary is there.
tidy() { # FOLDER
    find "$1" -name '.*.tmp' | grep . && echo "left over"
    return 0
}
