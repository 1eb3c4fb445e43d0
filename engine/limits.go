package engine

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// Limits bound what strangers can take of the server. A zero field means its default, see
// [DefaultLimits]; the counts by address, and RequestRate, may be [NoLimit]. The names in the tags
// are those of the table [limits] of the settings file.
type Limits struct {
	// Connections that the media listener has open at once: in all, and from one address.
	Connections           int `toml:"connections,omitempty"`
	ConnectionsPerAddress int `toml:"connections-per-address,omitempty"`
	// AdminConnections are those of the admin listener.
	AdminConnections           int `toml:"admin-connections,omitempty"`
	AdminConnectionsPerAddress int `toml:"admin-connections-per-address,omitempty"`

	// Sessions are POSTs of encoders under way at once: in all, and to one publishing point.
	Sessions         int `toml:"ingest-sessions,omitempty"`
	SessionsPerPoint int `toml:"ingest-sessions-per-point,omitempty"`
	// StreamsPerPoint is how many streams (stream ids) one event may have.
	StreamsPerPoint int `toml:"streams-per-point,omitempty"`

	// Requests of viewers that are being answered at once: in all, and from one address.
	Requests           int `toml:"requests,omitempty"`
	RequestsPerAddress int `toml:"requests-per-address,omitempty"`
	// Waiting is how many of them may wait for media that is yet to come: playlists that block,
	// fragments that are held, chunks as they arrive.
	Waiting int `toml:"waiting-requests,omitempty"`
	// RequestRate is how many requests a second one address may make, for longer than a moment.
	RequestRate int `toml:"requests-per-second,omitempty"`
	// Shields are addresses and networks to which no limit by address applies: caches, CDNs,
	// proxies, through which many viewers come.
	Shields []string `toml:"shields,omitempty"`

	// Moov, Moof and Mdat bound the boxes that encoders send, InFlight all that they are sending
	// at a moment together; in bytes.
	Moov     int64 `toml:"moov,omitempty"`
	Moof     int64 `toml:"moof,omitempty"`
	Mdat     int64 `toml:"mdat,omitempty"`
	InFlight int64 `toml:"ingest-memory,omitempty"`
	// Tracks of a stream, Samples of a fragment, and Depth to which boxes may nest.
	Tracks  int `toml:"tracks,omitempty"`
	Samples int `toml:"samples,omitempty"`
	Depth   int `toml:"depth,omitempty"`
}

// NoLimit is the value of a limit by address that shall not be.
const NoLimit = -1

// DefaultLimits are for a server that nobody has told otherwise. They are far above what honest use
// takes: two thousand players behind one address, or one cache for all of them, stay within.
func DefaultLimits() Limits {
	return Limits{
		Connections: 10_000, ConnectionsPerAddress: 5_000, AdminConnections: 200, AdminConnectionsPerAddress: 100,
		Sessions: 1_000, SessionsPerPoint: 128, StreamsPerPoint: 128,
		Requests: 8_000, RequestsPerAddress: 4_000, Waiting: 4_000, RequestRate: NoLimit,
		Moov: 1 << 20, Moof: 4 << 20, Mdat: 64 << 20, InFlight: 512 << 20, Tracks: 32, Samples: 65_535, Depth: 16,
	}
}

// bound is a limit with what it may be.
type bound struct {
	key      string
	count    *int
	size     *int64
	standard int64
	most     int64
	free     bool // it may be NoLimit
}

// bounds lists all limits of l.
func (l *Limits) bounds() []bound {
	d := DefaultLimits()
	count := func(key string, p *int, standard int, most int64, free bool) bound {
		return bound{key: key, count: p, standard: int64(standard), most: most, free: free}
	}
	size := func(key string, p *int64, standard, most int64) bound {
		return bound{key: key, size: p, standard: standard, most: most}
	}
	const many = 1_000_000
	return []bound{
		count("connections", &l.Connections, d.Connections, many, false),
		count("connections-per-address", &l.ConnectionsPerAddress, d.ConnectionsPerAddress, many, true),
		count("admin-connections", &l.AdminConnections, d.AdminConnections, many, false),
		count("admin-connections-per-address", &l.AdminConnectionsPerAddress, d.AdminConnectionsPerAddress, many, true),
		count("ingest-sessions", &l.Sessions, d.Sessions, many, false),
		count("ingest-sessions-per-point", &l.SessionsPerPoint, d.SessionsPerPoint, many, false),
		count("streams-per-point", &l.StreamsPerPoint, d.StreamsPerPoint, 10_000, false),
		count("requests", &l.Requests, d.Requests, many, false),
		count("requests-per-address", &l.RequestsPerAddress, d.RequestsPerAddress, many, true),
		count("waiting-requests", &l.Waiting, d.Waiting, many, false),
		count("requests-per-second", &l.RequestRate, d.RequestRate, many, true),
		size("moov", &l.Moov, d.Moov, 64<<20),
		size("moof", &l.Moof, d.Moof, 64<<20),
		size("mdat", &l.Mdat, d.Mdat, 1<<30),
		size("ingest-memory", &l.InFlight, d.InFlight, 1<<40),
		count("tracks", &l.Tracks, d.Tracks, 256, false),
		count("samples", &l.Samples, d.Samples, 1<<20, false),
		count("depth", &l.Depth, d.Depth, 64, false),
	}
}

// WithDefaults returns l with its defaults filled in.
func (l Limits) WithDefaults() Limits {
	for _, b := range l.bounds() {
		switch {
		case b.count != nil && *b.count == 0:
			*b.count = int(b.standard)
		case b.size != nil && *b.size == 0:
			*b.size = b.standard
		}
	}
	return l
}

// Validate returns nil, or a sentence that names the first limit that is none and what it may be.
func (l Limits) Validate() error {
	for _, b := range l.bounds() {
		value := int64(0)
		if b.count != nil {
			value = int64(*b.count)
		} else {
			value = *b.size
		}
		switch {
		case value >= 0 && value <= b.most, b.free && value == NoLimit:
		case b.free:
			return fmt.Errorf("limits: %s is %d; write 1 to %d, %d for no limit, or leave it out for %d", b.key, value, b.most, NoLimit, b.standard)
		default:
			return fmt.Errorf("limits: %s is %d; write 1 to %d, or leave it out for %d", b.key, value, b.most, b.standard)
		}
	}
	if whole := l.WithDefaults(); whole.Moof+whole.Mdat > whole.InFlight {
		return fmt.Errorf("limits: ingest-memory is %d and must be at least moof and mdat together, %d", whole.InFlight, whole.Moof+whole.Mdat)
	}
	_, err := l.ShieldNetworks()
	return err
}

// ShieldNetworks are the Shields as networks.
func (l Limits) ShieldNetworks() ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, text := range l.Shields {
		if !strings.Contains(text, "/") {
			a, err := netip.ParseAddr(text)
			if err != nil {
				return nil, fmt.Errorf("limits: shields has %q; write an address or a network, such as \"192.0.2.7\" or \"10.0.0.0/8\"", text)
			}
			a = a.Unmap().WithZone("")
			all = append(all, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("limits: shields has %q; write an address or a network, such as \"192.0.2.7\" or \"10.0.0.0/8\"", text)
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

// LimitStatus is how much of a limit is taken, and whether anybody was turned away by it.
type LimitStatus struct {
	Key     string    // as in the settings file: "connections-per-address"
	Limit   int       // what it is set to
	Used    int       // at this moment; for a limit by address that of the greediest
	Refused int64     // since the program began
	Last    time.Time // when somebody was turned away last; zero for never
	Text    string    // one sentence: what is limited, and by which setting it changes
}
