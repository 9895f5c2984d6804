"""A deterministic Azure: one World that advances only when told, with two faces.

`service` is the face in process: it implements `ports.Azure`. `arm` is the face on the wire: ARM
over TLS for the real SDK clients. `scenario` reads timetables of what happens in a World. What is
recorded of the real Azure and what is invented is said where it stands.
"""
