FUNCTION body(x, y, z, vx, vy, vz, mass)
    RETURN { x: x, y: y, z: z, vx: vx * days, vy: vy * days, vz: vz * days, mass: mass * sun }
END FUNCTION
FUNCTION energy()
    e = 0.0
    FOR i = 0 TO n - 1
        b = bodies[i]
        e = e + 0.5 * b.mass * (b.vx * b.vx + b.vy * b.vy + b.vz * b.vz)
        FOR j = i + 1 TO n - 1
            c = bodies[j]
            dx = b.x - c.x
            dy = b.y - c.y
            dz = b.z - c.z
            e = e - b.mass * c.mass / SQR(dx * dx + dy * dy + dz * dz)
        NEXT j
    NEXT i
    RETURN e
END FUNCTION
SUB advance(dt)
    FOR i = 0 TO n - 1
        b = bodies[i]
        bx = b.x
        by = b.y
        bz = b.z
        bm = b.mass
        vx = b.vx
        vy = b.vy
        vz = b.vz
        FOR j = i + 1 TO n - 1
            c = bodies[j]
            dx = bx - c.x
            dy = by - c.y
            dz = bz - c.z
            d2 = dx * dx + dy * dy + dz * dz
            mag = dt / (d2 * SQR(d2))
            bmm = bm * mag
            cmm = c.mass * mag
            vx = vx - dx * cmm
            vy = vy - dy * cmm
            vz = vz - dz * cmm
            c.vx = c.vx + dx * bmm
            c.vy = c.vy + dy * bmm
            c.vz = c.vz + dz * bmm
        NEXT j
        b.vx = vx
        b.vy = vy
        b.vz = vz
    NEXT i
    FOR i = 0 TO n - 1
        b = bodies[i]
        b.x = b.x + dt * b.vx
        b.y = b.y + dt * b.vy
        b.z = b.z + dt * b.vz
    NEXT i
END SUB
sun = 4 * PI() * PI()
days = 365.24
bodies = [
    body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
    body(4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609),
    body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -0.00276742510726411899, 0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812),
    body(12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 0.00296460137564761618, 0.00237847173959480950, -0.0000296589568540237556, 0.0000436624404335156298),
    body(15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.00268067772490389322, 0.00162824170038242295, -0.0000951592254519715870, 0.0000515138902046611451)
]
n = 5
px = 0.0
py = 0.0
pz = 0.0
FOR EACH b IN bodies
    px = px + b.vx * b.mass
    py = py + b.vy * b.mass
    pz = pz + b.vz * b.mass
NEXT b
bodies[0].vx = -px / sun
bodies[0].vy = -py / sun
bodies[0].vz = -pz / sun
TALK FORMAT(energy(), "0.000000000")
FOR round = 1 TO 500000
    CALL advance(0.01)
NEXT round
TALK FORMAT(energy(), "0.000000000")
