package clipname

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"seedreel/client/catalogue"
	"seedreel/state/job"
)

// Fields returns the fields that a clip has when it is saved, as the setting for
// the names of clips takes them.
func Fields() []string {
	all := []string{
		"date", "ext", "id", "label", "model", "name", "prompt", "reel", "seconds", "seed", "service", "shot", "take", "time",
		string(catalogue.RoleDuration), string(catalogue.RoleResolution), string(catalogue.RoleAspectRatio), string(catalogue.RoleCameraFixed),
	}
	slices.Sort(all)
	return all
}

// Value returns a field of a job's record, "" if it has none. Dates are those of
// a zone.
func Value(j *job.Record, field string, zone *time.Location) string {
	switch field {
	case "seed":
		if j.Seed != nil {
			return strconv.FormatInt(*j.Seed, 10)
		}
		return ""
	case "id":
		return j.ID
	case "service":
		return j.Service
	case "model":
		return j.Model
	case "prompt":
		return j.Prompt
	case "label":
		return strings.Join(j.Labels, "-")
	case "date":
		return j.CreatedAt.In(zone).Format("20060102")
	case "time":
		return j.CreatedAt.In(zone).Format("150405")
	case "seconds":
		if j.Seconds == 0 {
			return ""
		}
		return strconv.Itoa(j.Seconds)
	}
	if v := j.Values[catalogue.Role(field)]; v.IsSet() {
		return v.String()
	}
	return ""
}
