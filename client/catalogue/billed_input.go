package catalogue

// given is what is known of the media of an order: the length of those billed
// by length, and the size of the first image. What is unknown is 0.
type given struct {
	seconds       float64
	width, height int
}

func (m *Model) given(v Values, look Inspect) given {
	in := given{seconds: m.InputSeconds(v, look)}
	if first := v.Media(RoleFirstFrame); len(first) > 0 {
		if f, err := look(first[0]); err == nil {
			in.width, in.height = f.Width, f.Height
		}
	}
	return in
}

// InputSeconds returns the total length of the media billed by length, 0 when
// it is unknown or nothing is billed so. look provides the facts.
func (m *Model) InputSeconds(v Values, look Inspect) float64 {
	in := m.Price.InputSeconds
	if in == nil {
		return 0
	}
	f := m.FieldNamed(in.Field)
	if f == nil {
		return 0
	}
	total := 0.0
	for _, item := range v.Media(f.Role) {
		facts, err := look(item)
		if err != nil || facts.Seconds <= 0 {
			return 0
		}
		total += facts.Seconds
	}
	return total
}
