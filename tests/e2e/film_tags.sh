# shellcheck shell=bash
# What a film carries besides its pictures comes along, and tags say what the
# pixels are: before and after, by ffprobe.
. "$E2E/film.bash"
footage shots
x265() { echo "log-level=error:$1"; }
ff -f lavfi -i sine=440:duration=0.8 -c:a aac tone.m4a
printf '1\n00:00:00,100 --> 00:00:00,500\nHello\n' >words.srt
printf ';FFMETADATA1\ntitle=A house\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=400\ntitle=One\n' >chapters
bt709=(-vf scale=out_color_matrix=bt709 -color_primaries bt709 -color_trc bt709
    -colorspace bt709)
ff -framerate 25 -i "shots/%04d.tif" -i tone.m4a -i chapters -map 0 -map 1 \
    -map_metadata 2 "${bt709[@]}" -c:v libx264 -pix_fmt yuv420p -c:a copy \
    -timecode 10:00:00:00 sdr.mov
cp words.srt words.ttf
ff -framerate 25 -i "shots/%04d.tif" -i words.srt -map 0 -map 1 -attach words.ttf \
    -metadata:s:t mimetype=application/x-truetype-font -c:v ffv1 -pix_fmt yuv422p10le -c:s copy \
    sub.mkv
clip ten.mov "${bt709[@]}" -c:v prores -pix_fmt yuv422p10le
clip hdr.mp4 -c:v libx265 -pix_fmt yuv420p10le -tag:v hvc1 -color_primaries bt2020 \
    -color_trc smpte2084 -colorspace bt2020nc -x265-params "$(x265 "hdr10=1:repeat-headers=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=900,400")"
clip hlg.mov -c:v libx265 -pix_fmt yuv420p10le -color_primaries bt2020 \
    -color_trc arib-std-b67 -colorspace bt2020nc -x265-params "$(x265 "colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc")"
clip alpha.mov -vf "format=gbrap16le,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='X*400'" \
    -c:v prores_ks -profile:v 4444 -pix_fmt yuva444p10le
clip fields.mkv -vf "tinterlace=interleave_top,setfield=tff" -c:v ffv1 \
    -pix_fmt yuv420p -field_order tt
clip wide.mp4 -vf setsar=4/3 -c:v libx264 -pix_fmt yuv420p
ff -display_rotation 90 -i wide.mp4 -c copy turned.mp4 2>/dev/null || cp wide.mp4 turned.mp4
ff -framerate 25 -i "shots/%04d.tif" -vf "select='not(mod(n,3))+lt(n,7)',setpts=N/25/TB+floor(N/4)*0.05/TB" \
    -fps_mode vfr -c:v libx264 -pix_fmt yuv420p vfr.mkv
for file in sdr.mov sub.mkv ten.mov hdr.mp4 hlg.mov alpha.mov fields.mkv wide.mp4 \
    turned.mp4 vfr.mkv; do
    echo "= $file"
    "$PORTAL" process "$file" -o "out/$file" --look natural --quiet 2>&1
    for one in "$file" "out/$file"; do
        tags "$one"
        streams "$one"
    done
done
echo "= mastering display"
ffprobe -v error -show_frames -read_intervals "%+#1" out/hdr.mp4 |
    grep -E '^(max_|min_|red_|green_|blue_|white_)' | sort | tr '\n' ' '
echo
echo "= sound as it was"
cmp <(ff -i sdr.mov -map 0:a -c copy -f framemd5 - | sed '/^#/d; s/.*, //') \
    <(ff -i out/sdr.mov -map 0:a -c copy -f framemd5 - | sed '/^#/d; s/.*, //') &&
    echo same
ffprobe -v error -show_entries format_tags=title:stream_tags=timecode -of csv=p=0 out/sdr.mov | sort -u
tidy out
