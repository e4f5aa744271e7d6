package picker

import (
	"testing"

	"seedreel/ui/dialog"
	"seedreel/ui/safe"
)

// Only models that read the same are distinguished, by what their ids differ
// in.
func TestModelsThatReadTheSameAreToldApart(t *testing.T) {
	t.Parallel()
	row := func(id string, tier safe.String) dialog.Row {
		return dialog.Row{ID: id, Columns: []safe.String{"Text to video", tier, "720p"}}
	}
	rows := []dialog.Row{row("aimlapi:bytedance/seedance-2-5", "2.5"), row("aimlapi:bytedance/lite", "Lite"), row("aimlapi:bytedance/dreamina-seedance-2-5", "2.5")}
	tellApart(rows)
	for i, want := range []safe.String{"2.5", "Lite", "2.5 dreamina"} {
		if got := rows[i].Columns[tierColumn]; got != want {
			t.Errorf("row %d says %q, want %q", i, got, want)
		}
	}
}
