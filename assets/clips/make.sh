#!/bin/sh
# Makes the simulator's clips, its label and the sample pictures again. Needs
# ffmpeg with libx264 and Go; run it in this folder. The results are committed,
# so this is only for changing how they look.
#
# Every clip is one loop of two seconds at 24 frames a second: no B-frames, so
# that decode order is display order, and a closed group with an IDR picture at
# each second, so that loops can be joined and cut at any second. Encoder notes
# (SEI) are left out: they would be repeated with every loop.
set -eu
cd "$(dirname "$0")"

sizes="
864x480 736x544 640x640 544x736 480x864 960x416 416x960
864x496 752x560 560x752 496x864 992x432 854x480 480x854
1248x704 1120x832 960x960 832x1120 704x1248 1504x640
1280x720 1112x834 834x1112 720x1280 1470x630
1920x1088 1664x1248 1440x1440 1248x1664 1088x1920 2176x928
1920x1080 1080x1920 2206x946
"
paint=$(mktemp)
trap 'rm -f "$paint"' EXIT
go build -o "$paint" paint.go

for size in ${*:-$sizes}; do
  w=${size%x*} h=${size#*x}
  # The large ones are drawn on twos: each picture stands for two frames.
  crf=33 twos=1
  [ $((w * h)) -gt 1100000 ] && crf=38 twos=2
  "$paint" frames "$w" "$h" 48 "$twos" |
    ffmpeg -v error -nostdin -y -f rawvideo -pix_fmt rgb24 -s "$size" -r 24 -i - \
      -vf scale=out_color_matrix=bt709:out_range=tv,format=yuv420p \
      -c:v libx264 -preset veryslow -tune animation -crf "$crf" -bf 0 \
      -g 24 -keyint_min 24 -sc_threshold 0 -flags +cgop -threads 1 \
      -color_primaries bt709 -color_trc bt709 -colorspace bt709 \
      -bsf:v filter_units=remove_types=6 \
      -map_metadata -1 -fflags +bitexact -video_track_timescale 12288 \
      -movflags +faststart "$size.mp4"
done
[ $# -gt 0 ] && exit

"$paint" badge >badge.png
"$paint" still lake 640 480 | ffmpeg -v error -nostdin -y -f png_pipe -i - -q:v 3 -fflags +bitexact ../samples/lake.jpg
"$paint" still portrait 420 560 | ffmpeg -v error -nostdin -y -f png_pipe -i - -pix_fmt rgb24 ../samples/morning.png
