import { useCallback } from 'react'
import { useLocation, useSearch } from 'wouter'
import { settingsSections, type SettingsSection } from '../../features/settings/index.ts'

/** Which page of the settings is open over the current page, kept in the address so that "back" closes it. */
export function useSettingsSection(): [SettingsSection | null, (section: SettingsSection | null) => void] {
  const [path, navigate] = useLocation()
  const asked = new URLSearchParams(useSearch()).get('settings')
  const section = settingsSections.find((name) => name === asked) ?? null
  const setSection = useCallback(
    (next: SettingsSection | null) => navigate(next === null ? path : `${path}?settings=${next}`, { replace: section !== null }),
    [navigate, path, section],
  )
  return [section, setSection]
}
