# shellcheck shell=bash
# --report run.html: a whole page with nothing outside of it, names that are no
# markup, pictures that another program can read.
. "$E2E/lib.bash"
need python3 convert
mkdir in
for i in 1 2 3; do "$PICTURE" "in/$i.png" $((300 * i)) 400; done
cp in/1.png "in/<script>alert(1)<&>&\".png"
cp in/1.png in/$'b\xff.png'
cp in/1.png 'in/{{error}}.png'
head -c 1500 in/2.png >in/cut.png
: >in/empty.png
TMPDIR=$PWD/temp
mkdir temp
export TMPDIR

tell() { # FILE
    python3 - "$1" <<'PYTHON'
import base64, html.parser, re, sys
text = open(sys.argv[1], "rb").read().decode("utf-8", "strict")
void = {"meta", "img", "br", "input", "link"}

class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.count, self.image, self.ids = [], {}, [], set()
        self.names, self.in_name = [], False
        self.heading = self.in_heading = ""
    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.count[tag] = self.count.get(tag, 0) + 1
        assert not any(k.startswith("on") for k in attrs), attrs
        for key in "src", "href":
            assert attrs.get(key, "#")[0] == "#" or attrs[key].startswith(
                "data:image/jpeg;base64,"), attrs
        if tag == "img":
            assert attrs["alt"]
            self.image.append(base64.b64decode(attrs["src"].split(",")[1],
                                               validate=True))
        if tag == "th":
            assert attrs["scope"]
        if "id" in attrs:
            assert attrs["id"] not in self.ids, attrs["id"]
            self.ids.add(attrs["id"])
        if tag not in void:
            self.open.append(tag)
        self.in_name = tag == "bdi" and "table" in self.open
        self.in_heading = tag == "h1"
    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag
        self.in_name = self.in_heading = False
    def handle_data(self, data):
        if self.in_name and "summary" in self.open:
            self.names.append(data)
        if self.in_heading:
            self.heading += data

page = Page()
page.feed(text)
page.close()
assert page.open == [], page.open
assert not re.search(r"https?:|url\(|@import|{{|}}\s*{{", re.sub(
    r"\{\{error\}\}", "", text)), "something from outside"
print(page.heading)
print("scripts:", page.count["script"], "pictures:", len(page.image),
      "drawings:", page.count.get("svg", 0))
for name in page.names:
    print(ascii(name))
for i, jpeg in enumerate(page.image):
    open("%d.jpg" % i, "wb").write(jpeg)
PYTHON
}

"$PORTAL" process in -o out --look signature --quiet --report run.html 2>/dev/null
echo "= $?"
tell run.html
for i in *.jpg; do convert "$i" info:- | cut -d' ' -f2-3; done | sort | uniq -c
echo "left over: $(ls -A temp)"

echo "again, from the journal"
"$PORTAL" process in -o out --look signature --quiet --report run.html 2>/dev/null
tell run.html | sed -n 1,2p

echo "one picture, made in this process"
rm -f ./*.jpg
"$PORTAL" process in/3.png -o one.png --quiet --report one.html
tell one.html
convert 0.jpg info:- | cut -d' ' -f2-3
echo "all failed"
"$PORTAL" process in/empty.png in/cut.png -o bad --quiet --report bad.html 2>/dev/null
echo "= $?"
tell bad.html | sed -n 1,2p
echo "a place that cannot be"
"$PORTAL" process in/1.png -o two.png --quiet --report in/1.png/run.html
echo "= $?"
echo "left over: $(ls -A temp)"
