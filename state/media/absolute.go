package media

import "seedreel/client/catalogue"

// Absolute returns the values with every piece of media in a form that does not
// depend on the folder or the process: paths absolute, a leading "~/" replaced
// by home, links unchanged. It keeps what it cannot parse, for the following
// check to refuse.
func Absolute(v catalogue.Values, home string) catalogue.Values {
	out := v.Clone()
	for role := range v {
		items := v.Media(role)
		if len(items) == 0 {
			continue
		}
		now := make([]string, len(items))
		for i, it := range items {
			now[i] = it
			if x, err := Parse(it, home); err == nil {
				now[i] = x.Value
			}
		}
		out[role] = catalogue.Media(now...)
	}
	return out
}
