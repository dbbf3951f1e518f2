# shellcheck shell=bash
# Tables that are made: the program's by name, a user's from values.
"$PORTAL" lut list
"$PORTAL" lut list --json | grep -c '"name"'
"$PORTAL" lut make print_2393 -o print.cube || exit
head -n 3 print.cube
"$PORTAL" lut info print.cube | head -n 2

# What is printed is what it is made of.
"$PORTAL" lut values neutral_luxe | tee mine.yaml
"$PORTAL" lut make mine.yaml -o mine.cube
"$PORTAL" lut make neutral_luxe -o luxe.cube
cmp <(grep ^0 mine.cube) <(grep ^0 luxe.cube) || exit
"$PORTAL" lut make mine.yaml --set neutrals=0.5 -s shadows=0 --size 17 -o a.cube
"$PORTAL" lut make mine.yaml -o a.clf
"$PORTAL" lut make mine.yaml --size 17 -o a_hald.png
for file in a.cube a.clf a_hald.png; do "$PORTAL" lut info $file | head -n 1; done
"$PORTAL" lut values | head -n 8
"$PORTAL" lut values --json | grep -c '"key"'

# A name in a look is a table, a file of it the same.
"$PICTURE" a.png 40 30
"$PORTAL" process a.png -o by_name.png --lut3d.file=print_2393 --quiet
for table in print.cube print.clf; do
    "$PORTAL" lut make print_2393 -o $table
    "$PORTAL" process a.png -o by_file.png --lut3d.file=$table --quiet \
        --conflict overwrite
    cmp by_name.png by_file.png || exit
done
"$PORTAL" looks export --lut3d.file=print_2393

"$PORTAL" process a.png -o b.png --lut3d.file=print2393
"$PORTAL" lut make wood -o b.cube
"$PORTAL" lut make print_2393
"$PORTAL" lut make
"$PORTAL" lut make mine.yaml --set neutrals=5 -o b.cube
"$PORTAL" lut make mine.yaml --set neutral=0.1 -o b.cube
"$PORTAL" lut make missing.yaml -o b.cube
echo 'orange: 1' >wrong.yaml
"$PORTAL" lut make wrong.yaml -o b.cube
"$PORTAL" lut make mine.yaml -o b.txt
"$PORTAL" lut make mine.yaml --size 20 -o b.cube
"$PORTAL" lut values wood
ls b.* 2>/dev/null
true
