package engine

import (
	"context"

	"seedreel/state/clipname"
	"seedreel/state/job"
	"seedreel/state/settings"
)

// stem returns the name of a job's clip by the person's template, "" if there is
// none or it cannot be used: a clip is saved in any case.
func (e *Engine) stem(ctx context.Context, j *job.Job) string {
	s, err := settings.Load(e.Paths.SettingsFile(), e.o.Getenv)
	if err != nil || s.ClipsName == "" {
		return ""
	}
	t, err := clipname.Parse(s.ClipsName, clipname.Fields())
	if err != nil {
		return ""
	}
	at, err := e.Store.TakePlace(ctx, j.ID)
	if err != nil {
		e.Log.Logger().WarnContext(ctx, "a clip is named without its reel", "job", j.ID, "err", err)
	}
	record, place := j.Record(), clipname.Place(at)
	return t.Stem(func(field string) string {
		if field == "ext" {
			return "" // the file's own is added
		}
		if v, ok := place.Value(field); ok {
			return v
		}
		return clipname.Value(&record, field, e.o.Zone)
	}, j.ID)
}
