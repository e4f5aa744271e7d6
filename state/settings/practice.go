package settings

// practice returns the setting that was a switch at first: on was what is
// "always" now, off what is "auto".
func practice() Key {
	k := choice("practice", "When clips go to the simulator and nothing is billed: auto is until there is a key.",
		[]string{PracticeAuto, PracticeAlways, PracticeNever}, func(s *Settings) *string { return &s.Practice })
	k.former = map[string]string{}
	for _, on := range []string{"true", "on", "yes"} {
		k.former[on] = PracticeAlways
	}
	for _, off := range []string{"false", "off", "no"} {
		k.former[off] = PracticeAuto
	}
	set := k.set
	k.set = func(s *Settings, v string) error {
		if now, ok := k.former[v]; ok {
			v = now
		}
		return set(s, v)
	}
	return k
}
