package simulator

import (
	"io"
	"net/http"
	"time"
)

// Stored is a file that was handed over, or will be with a Ticket.
type Stored struct {
	Name string
	// Type is a full type such as "image/png".
	Type string
	Size int64
	// Link is where the file is served.
	Link string
}

// Ticket is the permission to PUT one file to an address, with its Type as the
// only header.
type Ticket struct {
	Stored
	Address string
	Expires time.Time
}

const unknownType = "application/octet-stream"

// Store keeps a file that came with a request. It returns ErrTooBig for one
// that is too large.
func (s *Simulator) Store(r *http.Request, name, kind string, body io.Reader) (Stored, error) {
	if kind == "" {
		kind = unknownType
	}
	x, err := s.receive(upload{ID: HexID(), Name: safeName(name), Type: kind, Size: -1}, body)
	if err != nil {
		return Stored{}, err
	}
	return s.stored(r, &x), nil
}

// Permit returns a ticket for a file of a known size.
func (s *Simulator) Permit(r *http.Request, name, kind string, size int64) Ticket {
	if kind == "" {
		kind = unknownType
	}
	x := upload{ID: HexID(), Name: safeName(name), Type: kind, Size: size}
	expires, permit := s.now().UTC().Add(ticketLife), HexID()
	s.tickets.add(permit, ticket{upload: x, expires: expires}, s.now())
	return Ticket{Stored: s.stored(r, &x), Address: s.Link(r, ticketPath+permit), Expires: expires}
}

func (s *Simulator) stored(r *http.Request, x *upload) Stored {
	return Stored{Name: x.Name, Type: x.Type, Size: x.Size, Link: s.Link(r, x.path())}
}
