package engine

import (
	"errors"

	"seedreel/state/hook"
	"seedreel/state/settings"
)

// hooks returns what runs the person's programs. The settings are read each
// time, as another process may have changed them.
func (e *Engine) hooks() *hook.Runner {
	return &hook.Runner{Log: e.Log.Logger(), Programs: func() (p hook.Programs, err error) {
		s, err := settings.Load(e.Paths.SettingsFile(), e.o.Getenv)
		if err != nil {
			return p, err
		}
		var err1, err2 error
		p.Saved, err1 = settings.Command(s.OnSaved)
		p.Failed, err2 = settings.Command(s.OnFailed)
		return p, errors.Join(err1, err2)
	}}
}
