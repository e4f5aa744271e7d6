// Package bar draws progress and formats amounts in everyday notation.
package bar

import (
	"fmt"
	"math"
	"strings"
	"time"

	"seedreel/ui/theme"
)

// View returns a solid bar of width cells, filled up to part (0 to 1). A
// gradient would recolour every cell at each step, which costs four times the
// bytes.
func View(part float64, width int, st *theme.Styles) string {
	if width < 1 {
		return ""
	}
	if math.IsNaN(part) {
		part = 0
	}
	n := int(math.Round(min(max(part, 0), 1) * float64(width)))
	if n == 0 && part > 0 {
		n = 1
	}
	return st.Bar.Fill.Render(strings.Repeat("━", n)) + st.Bar.Rest.Render(strings.Repeat("─", width-n))
}

// Bytes formats an amount of data: "412 KB", "3.1 MB". Units are decimal, as in
// file managers and services.
func Bytes(n int64) string {
	v, unit := scale(n)
	return number(v, unit) + " " + unit
}

// BytesOf formats a part of a whole in one unit: "3.1 of 12 MB". If the total
// is unknown (0 or less), it formats the amount alone.
func BytesOf(done, total int64) string {
	if total <= 0 {
		return Bytes(done)
	}
	_, unit := scale(total)
	d := float64(max(done, 0)) / divisor(unit)
	t := float64(total) / divisor(unit)
	return number(d, unit) + " of " + number(t, unit) + " " + unit
}

func scale(n int64) (value float64, unit string) {
	n = max(n, 0)
	for _, u := range []string{"GB", "MB", "KB"} {
		if float64(n) >= divisor(u)*0.9995 {
			return float64(n) / divisor(u), u
		}
	}
	return float64(n), "B"
}

func divisor(unit string) float64 {
	switch unit {
	case "GB":
		return 1e9
	case "MB":
		return 1e6
	case "KB":
		return 1e3
	}
	return 1
}

// number formats v with one decimal below ten, where it matters, else none.
func number(v float64, unit string) string {
	if unit == "B" || unit == "KB" || v >= 9.95 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.1f", v)
}

// Clock formats a duration as "0:41", "12:05" or "1:02:03".
func Clock(d time.Duration) string {
	s := int64(max(d, 0).Round(time.Second) / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// Elapsed formats a running time with the usual one: "0:41 of ~1:30", and once
// that has passed "1:41 (~1:30)".
func Elapsed(run, usual time.Duration) string {
	if usual <= 0 {
		return Clock(run)
	}
	if run > usual {
		return Clock(run) + " (~" + Clock(usual) + ")"
	}
	return Clock(run) + " of ~" + Clock(usual)
}

// Words formats a duration in words: "41 s", "1 min 30 s", "2 h 5 min", "3
// days".
func Words(d time.Duration) string {
	d = max(d, 0).Round(time.Second)
	h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	switch {
	case h >= 48:
		return fmt.Sprintf("%d days", h/24)
	case h > 0:
		return join(h, "h", m, "min")
	case d >= time.Minute:
		return join(m, "min", s, "s")
	}
	return fmt.Sprintf("%d s", s)
}

func join(a int, ua string, b int, ub string) string {
	if b == 0 {
		return fmt.Sprintf("%d %s", a, ua)
	}
	return fmt.Sprintf("%d %s %d %s", a, ua, b, ub)
}

// Age formats how long before now at was: "just now", "4 min ago", "3 h ago",
// "2 days ago". Clocks of services are sometimes ahead of ours: times in the
// future are "just now".
func Age(at, now time.Time) string {
	d := now.Sub(at)
	switch {
	case d < 5*time.Second:
		return "just now"
	case d < time.Minute:
		return fmt.Sprintf("%d s ago", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	case d < 48*time.Hour:
		return "1 day ago"
	}
	return fmt.Sprintf("%d days ago", int(d.Hours())/24)
}
