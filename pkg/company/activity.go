package company

import "time"

// meet finds the contacts of a deal, and sets the roles of most.
func (c *Company) meet(d *deal) {
	if d.buyer != nil {
		d.contacts = d.buyer.contacts
		return
	}
	most := 1 + c.rng.IntN(len(roles))
	for _, r := range roles[:most] {
		who := contact{c.name("C", &c.count.contacts), r.role}
		d.contacts = append(d.contacts, who)
		if !c.chance(0.6) {
			continue
		}
		c.in(c.work(c.days(7, 0.8)), func() {
			if d.open() {
				c.say("contact.role_set", d.subject(), map[string]any{"contact": who.id, "role": r.role, "seniority": r.seniority})
			}
		})
	}
}

// way is a direction, inbound for the share given.
func (c *Company) way(inbound float64) string { return c.wayOf(c.chance(inbound)) }

func (c *Company) wayOf(inbound bool) string {
	switch {
	case inbound:
		return "inbound"
	case c.chance(0.12):
		return "internal"
	default:
		return "outbound"
	}
}

// thread is the mail that was exchanged about something last.
type thread struct {
	id   string
	last string // id of the mail
	way  string // of that mail
}

// touch logs an activity with some of the contacts, or, of some meetings, plans it for later.
func (c *Company) touch(subject string, by owner, way string, with []contact, mail *thread) {
	data := map[string]any{"id": c.name("T", &c.count.activities), "owner": by.name, "direction": way}
	log := func() { c.say("activity.logged", subject, data) }
	switch at := c.rng.Float64(); {
	case way == "internal":
		data["kind"] = "note"
	case at < 0.45:
		data["kind"] = "email"
		c.write(data, mail)
	case at < 0.73:
		data["kind"], data["duration_seconds"] = "call", int(c.around(420, 0.8))
	case at < 0.76:
		data["kind"] = "room"
	default:
		data["kind"], data["duration_seconds"] = "meeting", 1800+900*c.rng.IntN(5)
	}
	if way != "internal" && len(with) > 0 {
		data["participants"] = c.some(with)
	}
	if data["kind"] != "meeting" || !c.chance(0.4) {
		log()
		return
	}
	c.arrange(subject, data, log)
}

// write puts a mail into its thread: it answers the last one of the other side, or begins a thread of its own.
func (c *Company) write(data map[string]any, mail *thread) {
	id, way := data["id"].(string), data["direction"].(string)
	switch {
	case mail.id == "" || c.chance(0.2):
		mail.id = c.name("M", &c.count.threads)
	case mail.way != way:
		data["reply_to"] = mail.last
	}
	data["thread"] = mail.id
	mail.last, mail.way = id, way
}

// arrange announces a meeting, which then takes place or not.
func (c *Company) arrange(subject string, data map[string]any, log func()) {
	wait := c.work(c.days(4, 0.5))
	c.say("activity.scheduled", subject, map[string]any{
		"id": data["id"], "kind": "meeting", "at": c.stamp().Add(wait).Truncate(time.Second).Format(time.RFC3339),
	})
	if c.chance(0.12) {
		c.in(wait/2, func() { c.say("activity.cancelled", subject, map[string]any{"id": data["id"]}) })
		return
	}
	c.in(wait, log)
}

// some picks one contact or more.
func (c *Company) some(from []contact) []any {
	var out []any
	for i, who := range from {
		if i == c.rng.IntN(len(from)) || c.chance(0.3) {
			out = append(out, map[string]any{"contact": who.id, "role": who.role})
		}
	}
	if out == nil {
		out = append(out, map[string]any{"contact": from[0].id, "role": from[0].role})
	}
	return out
}
