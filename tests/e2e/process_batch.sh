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

echo "a dry run knows what is done"
rm out/05.png
"$PORTAL" process in -o out --look signature -n 2>/dev/null | tail -n 1 | cut -d: -f1

echo "lines on terminals: longest of the bar, marks to draw over"
python3 - "$PORTAL" <<'END'
import fcntl, os, pty, re, struct, sys, termios
for term, columns in ("xterm", 40), ("xterm", 9), ("dumb", 40):
    pid, fd = pty.fork()
    if pid == 0:
        fcntl.ioctl(2, termios.TIOCSWINSZ, struct.pack("4H", 9, columns, 0, 0))
        os.environ["TERM"] = term
        os.execv(sys.argv[1], ["portal", "process", "in", "-o", f"{term}{columns}"])
    said = b""
    try:
        while more := os.read(fd, 4096):
            said += more
    except OSError:
        pass  # the end of a terminal
    os.waitpid(pid, 0)
    bars = re.findall(rb"\r([^\r\n]+)\033\[K", said)
    print(term, columns, all(len(b) < columns for b in bars), len(bars) > 0,
          b"\033" in said)
END
