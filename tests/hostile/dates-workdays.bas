' Workdays among a hundred thousand holidays, again and again.
' stops: OutOfFuel | OutOfMemory; limit: fuel_per_turn

holidays = DATERANGE("1900-01-01", "2100-01-01") ' stops here
DO ' stops here
    d = ADDWORKDAYS("1950-01-01", 20000, holidays) ' stops here
LOOP ' stops here
