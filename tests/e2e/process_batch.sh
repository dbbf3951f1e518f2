# shellcheck shell=bash
# 30 files of which 3 are bad: 27 good outputs, 3 reasons, exit 3.
mkdir in
for i in {01..27}; do "$PICTURE" "in/$i.png" 30 20; done
echo "a note" >in/28.png
head -c 300 in/01.png >in/29.png
: >in/30.png
"$PORTAL" process in -o out --look signature --quiet 2>reasons
echo "= $?"
sort reasons
find out -name '[0-9]*.png' | wc -l
find out -name '.*' -type f | wc -l
for file in out/*.png; do cmp -s "$file" out/01.png || echo "$file differs"; done
