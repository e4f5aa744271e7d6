// Package simulator is the neutral core behind the practice twins of the video
// services, in one http.Handler: it holds the accepted submits and their progress
// over time, the accounts and their bill, clips, uploads and the journal, and
// it spoils requests as scripted. Dialects, each in the folder of its
// service, read the requests and word the answers; see Dialect. Nothing is
// billed and nothing leaves the machine, so everything can be tried, tested and
// shown for free, also after a service has switched a model off: a model that
// the catalogue calls retired is still made here.
//
// Any non-empty key is accepted and is an account of its own at each service,
// with a balance, a bill that follows from its tasks, and, if Options.Level is
// set, limits. Phrases in a prompt steer what happens:
//
//	simulate moderation   ends failed, refused by the content filter
//	simulate failure      ends failed, as when a service cannot make the clip
//	simulate timeout      ends with the service's limit
//	simulate cancel       ends cancelled, as from the service's own pages
//	simulate delete       ends deleted, likewise
//	simulate slow         takes four times as long
//
// Everything else that can go wrong is scripted request by request, with
// Simulator.Script or from another process under ControlPath: see Fault.
//
// A clip has the frame size that the catalogue states, 24 frames a second and
// one frame more than rate times length. It shows which take it is: its seed,
// words of its prompt, and a mosaic of its own; see package slate. With FFmpeg
// at hand and a picture that was uploaded or sent along, the clip is that
// picture in slow motion instead. Frames that cannot be drawn are answered with
// the nearest of the built-in loops.
package simulator
