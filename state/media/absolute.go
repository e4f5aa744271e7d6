package media

import "seedreel/client/catalogue"

// Absolute returns the values with every piece of media in a form that does not
// depend on the folder or the process: paths absolute, a leading "~/" replaced
// by home, links unchanged. It keeps what it cannot parse, for the following
// check to refuse.
func Absolute(v catalogue.Values, home string) catalogue.Values {
	return v.MapMedia(func(item string) string {
		if x, err := Parse(item, home); err == nil {
			return x.Value
		}
		return item
	})
}
