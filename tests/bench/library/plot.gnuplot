# SPDX-License-Identifier: MIT
#
# gnuplot -e "data='DIR'; name='map'; title_text='...'" plot.gnuplot >map.svg
# draws DIR/mean and DIR/worst, which plot.awk wrote.
set terminal svg size 1100,760 font "sans,12" background "white" noenhanced name name
set datafile missing "?"
set style data histograms
set style histogram clustered gap 1.5
set style fill solid 0.85 noborder
set boxwidth 0.95
set logscale y
set grid ytics lc rgb "#dddddd"
set border 3
set xtics nomirror scale 0 rotate by -15
set ytics nomirror
set key outside right top
set multiplot layout 2,1
set title title_text.": nanoseconds an operation"
columns = int(system("head -n 1 ".data."/mean | wc -w"))
plot for [c=2:columns] data."/mean" using c:xtic(1) title columnheader(c)
set title title_text.": nanoseconds of the worst single operation"
columns = int(system("head -n 1 ".data."/worst | wc -w"))
plot for [c=2:columns] data."/worst" using c:xtic(1) title columnheader(c)
unset multiplot
