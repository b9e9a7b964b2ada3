"""Stand-ins for programs that extensions run: what they write depends on what they are given, and on nothing else."""

DOT = """\
#!/bin/sh
for argument; do
  case $argument in
    -o*.map) map=${argument#-o} ;;
    -o*) image=${argument#-o} ;;
  esac
done
cat > "$image"
[ -z "$map" ] || printf '<map id="g" name="g">\\n</map>\\n' > "$map"
"""

LATEX = """\
#!/bin/sh
cp math.tex math.dvi
"""

DVIPNG = """\
#!/bin/sh
while [ "$1" != -o ]; do shift; done
cp math.dvi "$2"
"""
